// Every formula by its optimizer's name, as the Python side asks for them. SGD, the hot one, has its own path (sgd-update.ts).
import { adadelta } from './adadelta.ts';
import { adafactor } from './adafactor.ts';
import { adagrad } from './adagrad.ts';
import { adamRule } from './adam.ts';
import { adamax } from './adamax.ts';
import { asgd } from './asgd.ts';
import { muon } from './muon.ts';
import { nadam } from './nadam.ts';
import { radam } from './radam.ts';
import { rmsprop } from './rmsprop.ts';
import { rprop } from './rprop.ts';
import type { UpdateRule } from './update-rule.ts';

export const updateRules: Readonly<Record<string, UpdateRule>> = {
  Adam: adamRule,
  RMSprop: rmsprop,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Adamax: adamax,
  NAdam: nadam,
  RAdam: radam,
  Rprop: rprop,
  ASGD: asgd,
  Adafactor: adafactor,
  Muon: muon,
};
