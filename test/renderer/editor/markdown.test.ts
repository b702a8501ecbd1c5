import { describe, expect, it } from 'vitest';
import { headingOf, withHeadingSpaces } from '../../../renderer/editor/markdown.tsx';

describe('markdown', () => {
  it('takes headings without a space, as Jupyter does, but not in code', () => {
    expect(withHeadingSpaces('##Loss 함수\n```\n#comment\n```\n# ok\n#!x')).toBe('## Loss 함수\n```\n#comment\n```\n# ok\n# !x');
  });
  it('finds the first heading', () => {
    expect(headingOf('text\n\n##  *Train* and `validate`\n# later')).toBe('Train and validate');
    expect(headingOf('no heading')).toBeNull();
  });
});
