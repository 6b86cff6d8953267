/** A page of the reference: its title, what it is about, and its parts. */
export function toPage(title: string, about: string, parts: readonly string[]): string {
  return `${[
    `# ${title}`,
    'Made by `node scripts/reference.ts` from the code; `npm run check` compares.',
    about,
    ...parts,
  ].join('\n\n')}\n`;
}

export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(toCell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function toCell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

export function toCode(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
