export interface Series {
  readonly label: string;
  /** One a point of `x`; null where unknown, which leaves a gap. */
  readonly values: readonly (number | null)[];
  /** Name of a colour of the theme, such as `accent`. */
  readonly color: string;
  readonly isDashed?: boolean;
  readonly width?: number;
  /** Drawn as the border of a filled band, not as a line of its own in the legend. */
  readonly isBandEdge?: boolean;
}

/** Something that happened at a place of the x axis. */
export interface Mark {
  readonly x: number;
  readonly label: string;
  readonly color: string;
}

export interface ChartData {
  readonly x: readonly number[];
  readonly series: readonly Series[];
  /** How a place on the axis is called; '' leaves it without a name. */
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** The places are counted, 0, 1, 2 …; there is nothing between them. */
  readonly isCounted?: boolean;
  readonly marks?: readonly Mark[];
  /** Indices into `series` of the upper and the lower edge of a filled band. */
  readonly band?: readonly [number, number];
  /** What is shown of y; default: all of it. */
  readonly yRange?: readonly [number, number];
}
