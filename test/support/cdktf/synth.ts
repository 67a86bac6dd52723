import { TerraformStack, Testing } from 'cdktf';
import { DelineaProvider } from '../../../src/constructs/index.js';

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

export interface Synthesised {
  readonly resource: Blocks;
  readonly data: Blocks;
  readonly provider: { readonly delinea: readonly Readonly<Record<string, unknown>>[] };
}

/** What a stack becomes, as the CDK's own testing tools render it. */
export function synth(build: (stack: TerraformStack) => void): Synthesised {
  return JSON.parse(Testing.synthScope((scope) => build(scope as TerraformStack))) as Synthesised;
}

/** What the CDK's validations say of a stack, line by line: `[path] message`. */
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
