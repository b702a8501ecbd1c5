// Set-up of the op tests' second run: every tensor, however small, is computed in WebAssembly. Plain or fused, as NABLA_KERNELS says.
import { chooseKernels, type KernelPath, kernelPath } from '../../core/devices/cpu/kernels.ts';
import { wide } from '../../core/devices/cpu/wide.ts';
import './kernel-paths.ts';

for (const size of Object.keys(wide) as (keyof typeof wide)[]) wide[size] = 0;
const wanted = (process.env.NABLA_KERNELS ?? 'plain') as KernelPath;
chooseKernels(wanted);
if (kernelPath() !== wanted) throw new Error(`this host cannot run the ${wanted} kernels`);
