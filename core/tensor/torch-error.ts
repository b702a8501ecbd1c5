// The one error class of the engine: what Python class it becomes, torch's first line, and notes on what to do.

type PythonErrorType =
  | 'RuntimeError'
  | 'TypeError'
  | 'ValueError'
  | 'IndexError'
  | 'KeyError'
  | 'AttributeError'
  | 'AssertionError'
  | 'NotImplementedError'
  | 'StopIteration'
  | 'ModuleNotFoundError'
  | 'ImportError'
  | 'OverflowError'
  | 'LinAlgError'
  | 'UserWarning';

export class TorchError extends Error {
  readonly pythonType: PythonErrorType;
  /** Further lines for people: the op, a hint. Not part of the message, so that a search for it finds torch's answers. */
  readonly notes: string[];

  constructor(message: string, pythonType: PythonErrorType = 'RuntimeError', notes: string[] = []) {
    super(message);
    this.name = 'TorchError';
    this.pythonType = pythonType;
    this.notes = notes;
  }
}

/** `torch.fft.fft is not in Nabla yet`. */
export function notInNabla(name: string): TorchError {
  return new TorchError(`${name} is not in Nabla yet`, 'NotImplementedError');
}
