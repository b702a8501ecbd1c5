// A notebook's text cell: Markdown rendered and sanitised. What a file brings is untrusted: no scripts, styles, forms, nothing fetched.
import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { useMemo } from 'react';

/** Jupyter takes `##Title` for a heading, CommonMark does not. */
export function withHeadingSpaces(text: string): string {
  let fenced = false;
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
      return fenced ? line : line.replace(/^(#{1,6})(?=[^#\s])/, '$1 ');
    })
    .join('\n');
}

/** The first heading's text, for the place's title; null if there is none. */
export function headingOf(text: string): string | null {
  for (const token of marked.lexer(withHeadingSpaces(text))) if (token.type === 'heading') return token.text.replace(/[*_`]/g, '');
  return null;
}

export function safeHtml(text: string, links: boolean): string {
  const html = marked.parse(withHeadingSpaces(text), { async: false, gfm: true }) as string;
  const clean = DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'video', 'audio', 'source', 'picture'],
    FORBID_ATTR: ['style', 'class', 'id', 'srcset', ...(links ? [] : ['href'])],
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp|svg\+xml);)/i,
    RETURN_DOM: true,
  }) as unknown as HTMLElement;
  // Pictures come only from the file itself; a link opens outside the window.
  for (const image of clean.querySelectorAll('img')) if (!image.src.startsWith('data:')) image.replaceWith(image.alt);
  for (const link of clean.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  return clean.innerHTML;
}

export function Markdown({ text, links }: { readonly text: string; readonly links: boolean }) {
  const html = useMemo(() => safeHtml(text, links), [text, links]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised just above.
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
