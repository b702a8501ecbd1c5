// A line of maths with its high and low signs, which the bundled fonts lack as characters.
import { Fragment } from 'react';

export function Formula({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/([\^_]\{[^}]*\})/).map((part, at) => {
        const inner = part.slice(2, -1);
        // biome-ignore lint/suspicious/noArrayIndexKey: parts stand in the text's order.
        if (part.startsWith('^{')) return <sup key={at}>{inner}</sup>;
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        if (part.startsWith('_{')) return <sub key={at}>{inner}</sub>;
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        return <Fragment key={at}>{part}</Fragment>;
      })}
    </>
  );
}
