// The CPU's kernels over windows, gathered for the device. Names no op.
import type { SpatialDevice } from '../../tensor/spatial-device.ts';
import { columns, columnsAdjoint, convolution, convolutionInputGrad, convolutionWeightGrad } from './convolution.ts';
import { gridSample, gridSampleBackward, gridSampleTwice } from './grid-sample.ts';
import { maxPool, scatterPlanes } from './pooling.ts';
import { resample, resampleAdjoint } from './resample.ts';

export const spatial: SpatialDevice = {
  convolution,
  convolutionInputGrad,
  convolutionWeightGrad,
  columns,
  columnsAdjoint,
  maxPool,
  scatterPlanes,
  resample,
  resampleAdjoint,
  gridSample,
  gridSampleBackward,
  gridSampleTwice,
};
