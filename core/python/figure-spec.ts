// A figure as plain JSON: what pyplot hands over and `figureSvg` draws. Every number is final: limits, colours and sizes were chosen by pyplot.
// Lengths are points (72 to the inch), which are the SVG's pixels. `null` among numbers: not finite, a gap.

export type Numbers = readonly (number | null)[];
export type Marker = 'o' | '.' | ',' | 's' | '^' | 'v' | '<' | '>' | 'D' | 'd' | 'x' | '+' | '*' | '|' | '_' | 'p' | 'h';

interface Stroke {
  readonly color: string;
  readonly width: number;
  /** Lengths of dashes and gaps; empty: solid. */
  readonly dash: readonly number[];
}
interface Labelled {
  /** Shown in the legend; null: not there. */
  readonly label: string | null;
  readonly alpha: number;
}

export interface LineArtist extends Stroke, Labelled {
  readonly kind: 'line';
  readonly x: Numbers;
  readonly y: Numbers;
  /** False: markers only. */
  readonly joined: boolean;
  readonly step: 'pre' | 'mid' | 'post' | null;
  readonly marker: Marker | null;
  /** Diameter. */
  readonly markerSize: number;
}
export interface PointsArtist extends Labelled {
  readonly kind: 'points';
  readonly x: Numbers;
  readonly y: Numbers;
  /** One colour for all, or one each. */
  readonly colors: readonly string[];
  /** Diameters: one for all, or one each. */
  readonly sizes: readonly number[];
  readonly marker: Marker;
  readonly edge: string | null;
}
interface BarsArtist extends Labelled {
  readonly kind: 'bars';
  /** Left, bottom, width, height of each. */
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly colors: readonly string[];
  readonly edge: string | null;
  readonly edgeWidth: number;
}
export interface AreaArtist extends Labelled {
  readonly kind: 'area';
  readonly x: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
  readonly color: string;
}
/** A line across the axes at a value; `from` and `to` are data values, null: the axes' edges. */
interface RuleArtist extends Stroke, Labelled {
  readonly kind: 'rule';
  readonly along: 'x' | 'y';
  readonly at: number;
  readonly from: number | null;
  readonly to: number | null;
}
/** A band across the axes. */
interface BandArtist extends Labelled {
  readonly kind: 'band';
  readonly along: 'x' | 'y';
  readonly from: number;
  readonly to: number;
  readonly color: string;
}
export interface TextArtist {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly color: string;
  readonly weight: 'normal' | 'bold';
  readonly align: 'left' | 'center' | 'right';
  readonly baseline: 'top' | 'center' | 'baseline' | 'bottom';
  /** Degrees, counter-clockwise. */
  readonly rotation: number;
  /** Where x and y count: data values, or fractions of the axes. */
  readonly space: 'data' | 'axes';
}
/** Cells of a picture, row by row from the top; colours as `#rrggbb`. */
export interface ImageArtist {
  readonly kind: 'image';
  readonly rows: number;
  readonly columns: number;
  readonly colors: readonly string[];
  /** Left, right, bottom, top in data values. */
  readonly extent: readonly [number, number, number, number];
}
export type Artist = LineArtist | PointsArtist | BarsArtist | AreaArtist | RuleArtist | BandArtist | TextArtist | ImageArtist;

export interface AxisSpec {
  readonly scale: 'linear' | 'log';
  /** View limits, first at the left or bottom; may fall. */
  readonly limits: readonly [number, number];
  readonly label: string;
  /** Set by the script; null: chosen here. */
  readonly ticks: Numbers | null;
  readonly tickLabels: readonly string[] | null;
  readonly tickRotation: number;
}

export interface AxesSpec {
  /** Grid cell: rows, columns, first row and column, rows and columns spanned. */
  readonly cell: {
    readonly rows: number;
    readonly columns: number;
    readonly row: number;
    readonly column: number;
    readonly rowSpan: number;
    readonly columnSpan: number;
  };
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly title: string;
  readonly grid: 'none' | 'x' | 'y' | 'both';
  /** False: no frame, ticks or labels. */
  readonly frame: boolean;
  /** Sides of the frame that are drawn. */
  readonly sides: readonly ('left' | 'right' | 'top' | 'bottom')[];
  /** Lies over the axes of the same cell, sharing x, with its own y axis on the right. */
  readonly twin: boolean;
  /** True: one unit is as long on x as on y. */
  readonly equal: boolean;
  readonly legend: { readonly place: string; readonly title: string; readonly columns: number } | null;
  readonly artists: readonly Artist[];
}

export interface FigureSpec {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** CSS colour behind everything; null: transparent. */
  readonly background: string | null;
  readonly axes: readonly AxesSpec[];
}
