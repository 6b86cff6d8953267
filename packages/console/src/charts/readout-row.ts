/** One line of what a chart has under the pointer: a name with its value, with a swatch of `color` where it is not empty. */
export function toReadoutRow(label: string, value: string, color: string): HTMLElement {
  const row = toPart('flex items-center gap-2 whitespace-nowrap');
  const swatch = toPart('size-2 shrink-0 rounded-full');
  swatch.style.background = color || 'transparent';
  row.append(swatch, toPart('max-w-60 flex-1 truncate text-muted', label), toPart('pl-3 text-ink', value));
  return row;
}

/** The line above them: where on the axis the pointer is. */
export function toReadoutHead(text: string): HTMLElement {
  return toPart('mb-1 font-medium whitespace-nowrap text-ink', text);
}

function toPart(className: string, text = ''): HTMLElement {
  const part = document.createElement('div');
  part.className = className;
  part.textContent = text;
  return part;
}
