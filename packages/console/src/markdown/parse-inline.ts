/** A part of a line. Raw HTML is no part of it: what looks like a tag is text. */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'struck'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly parts: readonly Inline[] }
  | { readonly kind: 'image'; readonly url: string; readonly alt: string };

interface Rule {
  /** Sticky: matches where it is asked. */
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray, depth: number) => Inline;
}

/** Deeper nesting stays text: nobody writes it, and a hostile text must not use up the stack. */
const maxDepth = 6;

const rules: readonly Rule[] = [
  {
    pattern: /(`{1,3})([^`]|[^`].{0,1000}?[^`])\1(?!`)/y,
    read: ([, , text = '']) => ({ kind: 'code', text: text.trim() }),
  },
  {
    pattern: /!\[([^\][]{0,300})\]\(([^()\s]{1,2000})(?:\s+"[^"]*")?\)/y,
    read: ([all, alt = '', url = '']) =>
      isSafeUrl(url) ? { kind: 'image', url, alt } : { kind: 'text', text: all },
  },
  {
    pattern: /\[([^\][]{1,300})\]\(([^()\s]{1,2000})(?:\s+"[^"]*")?\)/y,
    read: ([all, text = '', url = ''], depth) =>
      isSafeUrl(url) ? { kind: 'link', url, parts: parseInline(text, depth) } : { kind: 'text', text: all },
  },
  {
    pattern: /<?(https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?])>?/y,
    read: ([, url = '']) => ({ kind: 'link', url, parts: [{ kind: 'text', text: url }] }),
  },
  {
    pattern: /(\*\*|__)(?=\S)(.{0,1000}?\S)\1/y,
    read: ([, , text = ''], depth) => ({ kind: 'strong', parts: parseInline(text, depth) }),
  },
  {
    pattern: /~~(?=\S)(.{0,1000}?\S)~~/y,
    read: ([, text = ''], depth) => ({ kind: 'struck', parts: parseInline(text, depth) }),
  },
  {
    pattern: /\*(?=[^\s*])([^*]{1,1000})\*|\b_(?=[^\s_])([^_]{1,1000})_\b/y,
    read: ([, star, line], depth) => ({ kind: 'emphasis', parts: parseInline(star ?? line ?? '', depth) }),
  },
  { pattern: /\\([\\`*_{}[\]()#+\-.!~|<>])/y, read: ([, text = '']) => ({ kind: 'text', text }) },
];
/** Where a rule can begin; all before it is text. */
const beginnings = /[`![<h*_~\\]/g;

export function parseInline(text: string, depth = 0): readonly Inline[] {
  if (depth >= maxDepth) return [{ kind: 'text', text }];
  const parts: Inline[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    beginnings.lastIndex = at;
    const next = beginnings.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    const found = at < text.length ? matchAt(text, at) : undefined;
    if (found === undefined) {
      plain += text.slice(at, at + 1);
      at += 1;
      continue;
    }
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    plain = '';
    parts.push(found.rule.read(found.match, depth + 1));
    at += found.match[0].length;
  }
  if (plain !== '') parts.push({ kind: 'text', text: plain });
  return parts;
}

function matchAt(text: string, at: number): { rule: Rule; match: RegExpExecArray } | undefined {
  for (const rule of rules) {
    rule.pattern.lastIndex = at;
    const match = rule.pattern.exec(text);
    if (match) return { rule, match };
  }
  return undefined;
}

/** Only addresses that lead to a page or a mailbox: no script, no data, nothing relative to the console. */
function isSafeUrl(url: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(url);
}
