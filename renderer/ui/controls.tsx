// Small dumb widgets: icon button, segmented choice, drop-down menu. They know no store.
import { Check, ChevronDown, type LucideIcon } from 'lucide-react';
import { Fragment, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

interface IconButtonProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly testId?: string;
}

/** The name is the tooltip, since the icon does not say it. */
export function IconButton({ icon, label, onClick, keys, pressed, disabled, testId }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={keys ? `${label}  ${keys}` : label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon of={icon} />
    </button>
  );
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly testId?: string;
}

export function Segmented<T extends string>({ label, value, options, onChange, testId }: SegmentedProps<T>) {
  return (
    <div className="segmented" role="radiogroup" aria-label={label} data-testid={testId}>
      {options.map((option) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio input cannot be styled as a segment without hiding it from the pointer.
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          onClick={() => onChange(option.value)}
          data-testid={testId ? `${testId}-${option.value}` : undefined}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

export interface MenuItem {
  readonly id: string;
  /** Begins a section of the list. */
  readonly section?: string;
  readonly label: string;
  readonly detail?: string;
  readonly keys?: string;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly items: readonly MenuItem[];
  readonly className?: string;
  readonly align?: 'left' | 'right';
  readonly side?: 'below' | 'above';
  readonly heading?: string;
  readonly chevron?: boolean;
  readonly testId?: string;
}

/** A button that opens a list. Arrow keys walk it, Escape closes it, focus returns to the button. */
export function Menu({
  label,
  children,
  items,
  className = 'text-button',
  align = 'left',
  side = 'below',
  heading,
  chevron = false,
  testId,
}: MenuProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const rows = place.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)');
    (place.current?.querySelector<HTMLElement>('[aria-checked=true]') ?? rows?.[0])?.focus();
    const outside = (event: PointerEvent): void => {
      if (!place.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside, true);
    return () => removeEventListener('pointerdown', outside, true);
  }, [open]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const move = (by: number): void => {
    const rows = [...(place.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[(at + by + rows.length) % rows.length]?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the button and the rows inside it.
    <div
      className="menu-place"
      ref={place}
      onKeyDown={(event) => {
        if (!open) return;
        if (event.key === 'Escape') close();
        else if (event.key === 'ArrowDown') move(1);
        else if (event.key === 'ArrowUp') move(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        data-testid={testId}
      >
        {children}
        {chevron && <ChevronDown className="chevron" size={10} strokeWidth={2} aria-hidden="true" />}
      </button>
      {open && (
        <div id={id} className={`menu menu-${align} menu-${side}`} role="menu" aria-label={label}>
          {heading && <div className="menu-heading">{heading}</div>}
          {items.map((item) => (
            <Fragment key={item.id}>
              {item.section && <div className="menu-heading menu-section">{item.section}</div>}
              <button
                type="button"
                role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
                {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
                disabled={item.disabled}
                data-testid={item.id}
                onClick={() => {
                  close();
                  item.onSelect();
                }}
              >
                {item.checked !== undefined && (
                  <span className="menu-check">{item.checked && <Check size={14} strokeWidth={2} aria-hidden="true" />}</span>
                )}
                <span className="menu-text">
                  <span>{item.label}</span>
                  {item.detail && <span className="menu-detail">{item.detail}</span>}
                </span>
                {item.keys && <span className="keys">{item.keys}</span>}
              </button>
            </Fragment>
          ))}
        </div>
      )}
    </div>
  );
}
