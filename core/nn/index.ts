// The folder's door: modules, parameters, initialisers.
export { Flatten, Identity, ReLU, Sigmoid, Tanh } from './activations.ts';
export * as init from './init.ts';
export { Linear, type LinearOptions } from './linear.ts';
export { L1Loss, MSELoss, type Reduction, reductionNumber } from './losses.ts';
export { Module } from './module.ts';
export { emptyParameter, isParameter, moveInPlace, parameter } from './parameter.ts';
export { Sequential } from './sequential.ts';
export { loadStateDict, type StateDict } from './state-dict.ts';
