// The drawing's starting folds, where the window looks for them.
export { foldedScopes, readableNodes } from '../graph/folds.ts';
