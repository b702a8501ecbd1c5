// Set-up of the op tests' second run: every tensor, however small, is computed in WebAssembly. Plain or fused, as NABLA_KERNELS says.
import { setKernelPath } from '../../core/devices/cpu/kernel-path.ts';
import type { KernelPath } from '../../core/devices/cpu/kernels.ts';
import './kernel-paths.ts';

const wanted = (process.env.NABLA_KERNELS ?? 'plain') as KernelPath;
if (setKernelPath(wanted, true) !== wanted) throw new Error(`this host cannot run the ${wanted} kernels`);
