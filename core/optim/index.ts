// The folder's door: optimizers.
export { Adam, type AdamOptions, AdamW, adamDefaults } from './adam.ts';
export {
  type GroupLike,
  Optimizer,
  type OptimizerStateDict,
  type Options,
  type OptionValue,
  type ParamGroup,
  type ParamState,
  type ParamsLike,
} from './optimizer.ts';
export { updateRules } from './rules.ts';
export { SGD, type SGDOptions, sgdDefaults } from './sgd.ts';
export { type SgdHyper, sgdUpdate } from './sgd-update.ts';
export { applyRule, type Common, type UpdateRule } from './update-rule.ts';
