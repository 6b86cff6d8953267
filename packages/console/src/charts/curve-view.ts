import type { Naming } from './axis-names.ts';
import type { CurveAxis, CurveLine, CurveZoom } from './curve-line.ts';

export interface CurveView {
  readonly lines: readonly CurveLine[];
  /** [0, 1): how much of the average before stays; the raw line is then faint. */
  readonly smoothing: number;
  readonly axis: CurveAxis;
  readonly formatY: Naming;
  readonly isXLog: boolean;
  readonly isYLog: boolean;
  /** What is shown of the x axis; undefined: all. */
  readonly zoom: CurveZoom | undefined;
}

/** Of each line: raw, smoothed, and the edges of the band between its bounds. */
export const seriesPerLine = 4;
