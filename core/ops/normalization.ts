// The normalisations, together.
import { batchNorms } from './batch-norm.ts';
import type { OpDescriptor } from './descriptor.ts';
import { groupNorms } from './group-norm.ts';
import { layerNorms } from './layer-norm.ts';

export const normalization: OpDescriptor[] = [...batchNorms, ...layerNorms, ...groupNorms];
