// The list of what can be opened: files, the lesson, the examples and what was open lately. Used at the file's name and below the script.
import type { ReactNode } from 'react';
import { command } from '../state/commands.ts';
import { keyLabel } from '../state/keys.ts';
import { useApp, useView } from '../state/use-stores.ts';
import { words } from '../state/words.ts';
import { Menu, type MenuItem } from './controls.tsx';

interface OpenMenuProps {
  readonly children: ReactNode;
  readonly className?: string;
  readonly side?: 'below' | 'above';
  readonly align?: 'left' | 'right';
  readonly testId: string;
}

const begin = ['file.lesson', 'file.exampleRegression', 'file.exampleCurve', 'file.exampleShapes'] as const;
const shownRecent = 8;

export function OpenMenu({ children, className, side, align, testId }: OpenMenuProps) {
  const app = useApp();
  const recent = useView((state) => state.recentFiles);
  const row = (id: string, label: string): MenuItem => {
    const { keys, run } = command(id);
    return { id: `${testId}-${id}`, label, keys: keys?.[0] && keyLabel(keys[0], app.host.platform), onSelect: () => void run(app) };
  };
  const labels: Readonly<Record<(typeof begin)[number], readonly [string, string]>> = {
    'file.lesson': [words.menus.lesson, ''],
    'file.exampleRegression': ['linear-regression.ipynb', words.examples['linear-regression.ipynb']],
    'file.exampleCurve': ['curve.py', words.examples['curve.py']],
    'file.exampleShapes': ['shapes-that-do-not-meet.py', words.examples['shapes-that-do-not-meet.py']],
  };
  const items: MenuItem[] = [
    row('file.open', words.commands.open),
    row('file.new', words.commands.newScript),
    ...recent.slice(0, shownRecent).map(({ name, path }, at) => ({
      id: `${testId}-recent-${at}`,
      section: at === 0 ? words.menus.recent : undefined,
      label: name,
      onSelect: () => void app.files.openRecent(path),
    })),
    ...begin.map((id, at) => ({
      ...row(id, labels[id][0]),
      detail: labels[id][1] || undefined,
      section: at === 0 ? words.menus.examples : undefined,
    })),
  ];
  return (
    <Menu label={words.menus.file} items={items} className={className} side={side} align={align} chevron testId={testId}>
      {children}
    </Menu>
  );
}
