import { Environment } from '@marcbachmann/cel-js';
import { gateVariables } from './gate-evidence.ts';

/** A gate is a sentence, not a program: these bound the work that one can ask for. */
const limits = {
  maxAstNodes: 500,
  maxDepth: 40,
  maxListElements: 50,
  maxMapEntries: 20,
  maxCallArguments: 8,
};

/** CEL with the variables of a gate and their types. */
export const gateEnvironment: Environment = Object.entries(gateVariables).reduce(
  (environment, [name, type]) => environment.registerVariable(name, type),
  new Environment({ limits }),
);
