// All values of a large tensor as a picture: a row for each row of the matrix it is, one number under the pointer. Draws; computes only cells.
import { useEffect, useMemo, useRef, useState } from 'react';
import { cellColour, type Theme } from '../../graph/theme.ts';
import { formatNumber } from '../../playback/number-format.ts';
import { useTheme } from '../../state/use-stores.ts';
import { words } from '../../state/words.ts';
import { heatGrid, placeIn } from './heat-grid.ts';

const chartWidth = 272;
const chartHeight = 160;
/** Colours for each sign, from none to the largest magnitude. */
const SHADES = 128;

function shades(theme: Theme): Uint32Array {
  const words32 = new Uint32Array(2 * SHADES + 1);
  for (let i = 0; i <= 2 * SHADES; i++) {
    const colour = Number.parseInt(cellColour((i - SHADES) / SHADES, theme).slice(1), 16);
    words32[i] = 0xff000000 | ((colour & 255) << 16) | (colour & 0xff00) | (colour >> 16);
  }
  return words32;
}

interface HeatmapProps {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

export function Heatmap({ values, shape }: HeatmapProps) {
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<{ readonly row: number; readonly column: number } | null>(null);
  const grid = useMemo(() => heatGrid(values, shape, 2 * chartWidth, 2 * chartHeight), [values, shape]);
  const height = Math.max(24, Math.min(chartHeight, Math.round((grid.rows / grid.columns) * chartWidth)));

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(grid.width, grid.height);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = shades(theme);
    for (let i = 0; i < pixels.length; i++) {
      const cell = grid.cells[i];
      pixels[i] = Number.isNaN(cell) ? 0xff2020d0 : colours[Math.round(cell * SHADES) + SHADES];
    }
    context.putImageData(image, 0, 0);
  }, [grid, theme]);

  const at = pointed === null ? null : pointed.row * grid.columns + pointed.column;
  return (
    <figure className="tensor-heatmap" data-testid="inspector-heatmap">
      <canvas
        ref={canvas}
        width={grid.width}
        height={grid.height}
        style={{ width: chartWidth, height }}
        aria-label={words.inspector.allValues}
        onPointerMove={({ nativeEvent: { offsetX, offsetY } }) =>
          setPointed({
            row: Math.max(0, Math.min(grid.rows - 1, Math.floor((offsetY / height) * grid.rows))),
            column: Math.max(0, Math.min(grid.columns - 1, Math.floor((offsetX / chartWidth) * grid.columns))),
          })
        }
        onPointerLeave={() => setPointed(null)}
      />
      <figcaption className="mono">
        {at === null ? words.inspector.pointForValue : `[${placeIn(shape, at).join(', ')}]  ${formatNumber(values[at])}`}
      </figcaption>
    </figure>
  );
}
