const content = /"content":\s*"((?:[^"\\]|\\.)*)/g;

/** What was said last in a preview that holds a conversation as JSON, whose end may be missing; any other preview as it is. */
export function toPreviewWords(preview: string): string {
  if (!/^\s*[[{]/.test(preview)) return preview;
  const last = [...preview.matchAll(content)].at(-1)?.[1];
  if (last === undefined || last === '') return preview;
  try {
    return JSON.parse(`"${last}"`) as string;
  } catch {
    return preview;
  }
}
