import { toCalendarTime } from '@dividend/core/time';
import type { CurveLine } from './curve-line.ts';

/** A name that every file system takes. */
function toFileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|-+$/g, '') || 'chart';
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** What a chart shows, with its title, as a PNG. */
export function saveAsPng(canvas: HTMLCanvasElement, title: string): void {
  const pixel = devicePixelRatio;
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height + 28 * pixel;
  const ctx = picture.getContext('2d');
  if (!ctx) return;
  const css = getComputedStyle(document.documentElement);
  ctx.fillStyle = css.getPropertyValue('--card');
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.fillStyle = css.getPropertyValue('--ink');
  ctx.font = `${13 * pixel}px ${css.fontFamily}`;
  ctx.fillText(title, 10 * pixel, 19 * pixel);
  ctx.drawImage(canvas, 0, 28 * pixel);
  picture.toBlob((blob) => blob && saveBlob(blob, `${toFileName(title)}.png`));
}

/** What a chart shows, a row a point or a part. */
export function saveAsCsv(lines: readonly CurveLine[], title: string): void {
  const csv = new Blob([toCsv(lines)], { type: 'text/csv' });
  saveBlob(csv, `${toFileName(title)}.csv`);
}

export function toCsv(lines: readonly CurveLine[]): string {
  const head = ['name', 'step', 'time', 'value', 'points', 'least', 'greatest'];
  const rows = lines.flatMap(({ label, steps, times, y, parts, oddities }) => {
    const odd = new Map(oddities.map(({ at, value }) => [at, value]));
    return steps.map((step, at) => [
      quote(label),
      step,
      toCalendarTime(times[at] ?? 0),
      y[at] ?? odd.get(at) ?? '',
      parts?.counts[at] ?? 1,
      parts?.least[at] ?? '',
      parts?.greatest[at] ?? '',
    ]);
  });
  return `${[head, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`;
}

/** RFC 4180; what a spreadsheet would take for a formula is kept a text. */
function quote(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
