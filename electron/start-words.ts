// The words a person started the app with, without those that are the runtime's own. Knows no Electron.

/** Past the runtime and its switches; unpackaged, past the app's folder too. */
export function startWords(argv: readonly string[], isPackaged: boolean): readonly string[] {
  const isOwn = (word: string) => !word.startsWith('-');
  const first = argv.findIndex((word, i) => i > 0 && isOwn(word));
  if (first < 0) return [];
  return argv.slice(isPackaged ? first : first + 1);
}

/** The first word that is no option: a file to open. */
export function fileWord(words: readonly string[]): string | null {
  return words.find((word) => !word.startsWith('-')) ?? null;
}
