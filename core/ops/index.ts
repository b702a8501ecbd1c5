// The op table: every op of the engine, in one list. Adding an op is one row or file, and its line here.

import { activations } from './activations.ts';
import { arithmetic } from './arithmetic.ts';
import { attentions } from './attention.ts';
import { averagePooling } from './average-pooling.ts';
import { classification } from './classification.ts';
import { comparison } from './comparison.ts';
import { convolutions } from './convolution.ts';
import { copies } from './copies.ts';
import { creation } from './creation.ts';
import { ctcLoss } from './ctc-loss.ts';
import type { OpDescriptor } from './descriptor.ts';
import { determinants } from './determinants.ts';
import { diagonals } from './diagonals.ts';
import { distanceOps } from './distance-matrix.ts';
import { distances } from './distances.ts';
import { dropouts } from './dropout.ts';
import { padding } from './edge-padding.ts';
import { einsums } from './einsum.ts';
import { embeddings } from './embedding.ts';
import { extrema } from './extrema.ts';
import { factorisations } from './factoring.ts';
import { folding } from './folding.ts';
import { grids } from './grid.ts';
import { histograms } from './histogram.ts';
import { householder } from './householder.ts';
import { indexing } from './indexing.ts';
import { interpolation } from './interpolation.ts';
import { joining } from './joining.ts';
import { losses } from './losses.ts';
import { lowerUpper } from './lower-upper.ts';
import { lstmLayers } from './lstm-layer.ts';
import { marginLosses } from './margin-losses.ts';
import { matrices } from './matrix.ts';
import { matrixNorms } from './matrix-norms.ts';
import { maxPooling } from './max-pooling.ts';
import { mixing } from './mixing.ts';
import { moments } from './moments.ts';
import { normalization } from './normalization.ts';
import { orderStatistics } from './order-statistics.ts';
import { packing } from './packing.ts';
import { pairLosses } from './pair-losses.ts';
import { products } from './products.ts';
import { pseudoInverses } from './pseudo-inverse.ts';
import { rearranging } from './rearranging.ts';
import { recurrent } from './recurrent.ts';
import { reductions } from './reduction.ts';
import { scattering } from './scattering.ts';
import { searching } from './searching.ts';
import { slicing } from './slicing.ts';
import { solvers } from './solving.ts';
import { special } from './special.ts';
import { stacking } from './stacking.ts';
import { statistics } from './statistics.ts';
import { strided } from './strided.ts';
import { unaryRows } from './unary.ts';
import { views } from './views.ts';
import { weightNorms } from './weight-norm.ts';

export const table: readonly OpDescriptor[] = [
  ...arithmetic,
  ...unaryRows,
  ...special,
  ...activations,
  ...comparison,
  ...mixing,
  ...reductions,
  ...extrema,
  ...statistics,
  ...products,
  ...einsums,
  ...rearranging,
  ...stacking,
  ...diagonals,
  ...moments,
  ...orderStatistics,
  ...distanceOps,
  ...matrices,
  ...views,
  ...slicing,
  ...strided,
  ...joining,
  ...copies,
  ...indexing,
  ...solvers,
  ...determinants,
  ...factorisations,
  ...lowerUpper,
  ...pseudoInverses,
  ...matrixNorms,
  ...scattering,
  ...searching,
  ...histograms,
  ...creation,
  ...losses,
  ...pairLosses,
  ...classification,
  ...convolutions,
  ...maxPooling,
  ...averagePooling,
  ...padding,
  ...interpolation,
  ...folding,
  ...grids,
  ...lstmLayers,
  ...recurrent,
  ...packing,
  ...attentions,
  ...normalization,
  ...weightNorms,
  ...householder,
  ...ctcLoss,
  ...marginLosses,
  ...distances,
  ...embeddings,
  ...dropouts,
];
