// The rules for changing tensors in place, with torch's messages. What happens to the history is in view-history.ts.
import { tensorTypeName } from '../tensor/dtype.ts';
import { type GradNode, nodeBirth, type SavedTensor } from '../tensor/grad-node.ts';
import { sizesText } from '../tensor/shape.ts';
import { inferenceMode } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';

/** `ExpBackward0` as messages say it: `Exp`. */
function shortName(node: GradNode): string {
  return node.name.replace(/Backward\d*$/, '');
}

export function modifiedInPlace(node: GradNode, slot: SavedTensor): TorchError {
  const tensor = slot.tensor as Tensor;
  const maker = slot.outputNr >= 0 ? node : tensor.gradFn;
  const output = maker === null ? '' : `, which is output ${slot.outputNr >= 0 ? slot.outputNr : tensor.outputNr} of ${shortName(maker)},`;
  return new TorchError(
    `one of the variables needed for gradient computation has been modified by an inplace operation: [${tensorTypeName(tensor.dtype, tensor.device)} ${sizesText(tensor.shape)}]${output} is at version ${tensor.storage.version}; expected version ${slot.version} instead. Hint: ${nodeBirth.hook === null ? 'enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).' : 'the backtrace further above shows the operation that failed to compute its gradient. The variable in question was changed in there or anywhere later. Good luck!'}`,
    'RuntimeError',
    [
      `${node.name} kept this tensor for backward, and it was changed after that. Write a new tensor instead of changing it (x = x + 1, not x += 1).`,
    ],
  );
}

const inferenceMessage =
  'Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.';

/** Refuses an in-place op that autograd could not follow; `recorded`: grad mode is on and some operand requires grad. */
export function checkInPlace(self: Tensor, recorded: boolean): void {
  if (self.storage.inference && !inferenceMode.active) throw new TorchError(inferenceMessage);
  for (let d = 0; d < self.shape.length; d++) {
    if (self.strides[d] === 0 && self.shape[d] > 1) {
      throw new TorchError(
        'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
      );
    }
  }
  if (!recorded) return;
  const base = self.base;
  if (base !== null) {
    if (self.viewKind === 'noGrad' || self.viewKind === 'inference') {
      const inference = self.viewKind === 'inference';
      throw new TorchError(
        `A view was created in ${inference ? 'inference' : 'no_grad'} mode and is being modified inplace ${inference ? 'in normal mode' : 'with grad mode enabled'}. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the ${inference ? 'inference_mode' : 'no_grad'} block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).`,
      );
    }
    if (self.viewKind === 'multiple') {
      const node = self.gradFn;
      throw new TorchError(
        `Output ${self.outputNr} of ${node === null ? 'Unbind' : shortName(node)} is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.`,
      );
    }
    if (base.requiresGrad && base.isLeaf)
      throw leafError('a view of a leaf Variable that requires grad is being used in an in-place operation.');
  }
  if (self.requiresGrad && self.isLeaf) throw leafError('a leaf Variable that requires grad is being used in an in-place operation.');
}

function leafError(message: string): TorchError {
  return new TorchError(message, 'RuntimeError', ['Change it under torch.no_grad(), as an optimizer does, or make a new tensor.']);
}
