// The drawing's starting folds, where the window looks for them.
export { foldedScopes, readableNodes, readableRows } from '../graph/folds.ts';
