// Keyboard shortcuts as text (`Mod+K`, `Shift+Comma`): matched against events, shown to people. Knows no command.

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export type Platform = 'mac' | 'windows' | 'linux';

const shown: Readonly<Record<string, string>> = {
  Comma: ',',
  Period: '.',
  Slash: '/',
  BracketLeft: '[',
  BracketRight: ']',
  Space: 'Space',
  Minus: '−',
  Equal: '+',
  Escape: 'Esc',
  Enter: '↵',
};

/** The name of the physical key: letters and signs stay where they are whatever Shift or Alt make of them. */
function keyName(press: KeyPress): string {
  if (press.code.startsWith('Key')) return press.code.slice(3);
  if (press.code.startsWith('Digit')) return press.code.slice(5);
  return press.code || press.key;
}

/** `Mod` is ⌘ on a Mac, Ctrl elsewhere. */
export function matches(binding: string, press: KeyPress, platform: Platform): boolean {
  const parts = binding.split('+');
  const name = parts[parts.length - 1];
  const wants = (modifier: string): boolean => parts.includes(modifier, 0) && parts.indexOf(modifier) < parts.length - 1;
  const mac = platform === 'mac';
  const control = wants('Ctrl') || (wants('Mod') && !mac);
  const meta = wants('Mod') && mac;
  return (
    keyName(press) === name &&
    press.ctrlKey === control &&
    press.metaKey === meta &&
    press.shiftKey === wants('Shift') &&
    press.altKey === wants('Alt')
  );
}

/** A single-key shortcut acts only where no text is typed. */
export function isSingleKey(binding: string): boolean {
  return !binding.includes('Mod+') && !binding.includes('Ctrl+') && !/^F\d+$/.test(binding) && binding !== 'Escape';
}

/** `⌘K` on a Mac, `Ctrl+K` elsewhere. */
export function keyLabel(binding: string, platform: Platform): string {
  const parts = binding.split('+');
  const name = parts[parts.length - 1];
  const last = shown[name] ?? name;
  if (platform === 'mac') {
    const signs: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Shift: '⇧', Alt: '⌥' };
    return (
      parts
        .slice(0, -1)
        .map((part) => signs[part] ?? part)
        .join('') + last
    );
  }
  return [...parts.slice(0, -1).map((part) => (part === 'Mod' ? 'Ctrl' : part)), last].join('+');
}
