import { mostCompared } from './compare-params.ts';

/** As far from each other as the wheel allows; told apart on dark and light. */
const goldenAngle = 137.508;
const firstHue = 172;

export function runColor(index: number): string {
  const hue = (firstHue + index * goldenAngle) % 360;
  return `oklch(0.68 0.14 ${hue.toFixed(1)})`;
}

/** Charts know colours by their names in the theme: each run has one there. */
export function nameRunColors(): void {
  for (let index = 0; index < mostCompared; index++) {
    document.documentElement.style.setProperty(`--${runColorName(index)}`, runColor(index));
  }
}

export function runColorName(index: number): string {
  return `run-${index}`;
}

/** From least (0) to most (1), also where colours are hard to tell: it grows lighter on the way. */
export function scaleColor(part: number): string {
  return `oklch(${(0.5 + 0.3 * part).toFixed(3)} 0.16 ${(275 - 185 * part).toFixed(1)})`;
}
