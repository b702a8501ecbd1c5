// Texts that Python itself makes, as 3.14 makes them where the golden data has 3.11's. Knows nothing of torch.

/** `OrderedDict([('a', 1)])` became `OrderedDict({'a': 1})`. */
export function newerPython(text: string): string {
  const opening = 'OrderedDict([';
  let out = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf(opening, at);
    if (start < 0) return out + text.slice(at);
    const end = closing(text, start + opening.length);
    if (end < 0) return out + text.slice(at);
    const items = split(text.slice(start + opening.length, end)).map((item) => {
      const [key, ...value] = split(item.slice(1, -1));
      return `${key}: ${newerPython(value.join(', '))}`;
    });
    out += `${text.slice(at, start)}OrderedDict(${items.length === 0 ? '' : `{${items.join(', ')}}`})`;
    at = end + 2;
  }
}

/** Where the bracket that is open at `from` closes. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    i = afterString(text, i);
    if ('([{'.includes(text[i])) depth++;
    else if (')]}'.includes(text[i]) && --depth === 0) return i;
  }
  return -1;
}

/** The last character of the string that begins at `i`; `i` itself where none does. */
function afterString(text: string, i: number): number {
  const quote = text[i];
  if (quote !== "'" && quote !== '"') return i;
  let end = i + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
  return Math.min(end, text.length - 1);
}

/** Splits at the commas outside brackets and strings. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    i = afterString(text, i);
    if ('([{'.includes(text[i])) depth++;
    else if (')]}'.includes(text[i])) depth--;
    else if (depth === 0 && text.startsWith(', ', i)) {
      parts.push(text.slice(from, i));
      from = i + 2;
    }
  }
  if (text !== '') parts.push(text.slice(from));
  return parts;
}
