// A helper thread of the session's worker: computes what it is given until that worker ends.
import { type HelperStart, helperLoop } from '../../core/thread.ts';

self.onmessage = ({ data }: MessageEvent<HelperStart>) => helperLoop(data);
