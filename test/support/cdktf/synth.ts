import { TerraformStack, Testing } from 'cdktf';
import { DelineaProvider } from '../../../src/constructs/index.js';

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

export interface Synthesised {
  readonly resource: Blocks;
  readonly data: Blocks;
  readonly provider: { readonly delinea: readonly Readonly<Record<string, unknown>>[] };
}

/** Returns a stack as rendered by the testing tools of the CDK. */
export function synth(build: (stack: TerraformStack) => void): Synthesised {
  return JSON.parse(Testing.synthScope((scope) => build(scope as TerraformStack))) as Synthesised;
}

/** Returns the validation errors of a stack as `[path] message`. */
export function mistakes(build: (stack: TerraformStack) => void): string[] {
  const stack = new TerraformStack(Testing.app(), 'stack');
  new DelineaProvider(stack, 'delinea');
  build(stack);
  try {
    Testing.synth(stack, true);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').flatMap((line) => (/^\s+\[/.test(line) ? [line.trim()] : []));
  }
}
