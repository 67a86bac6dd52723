/** The CDK that bindings and constructs are made for. Nothing that is written by hand in src names it in an import. */
export const CDK = 'cdktf';

/** What the hand-written constructs use of it: values, and types. */
const VALUES = [
  'Aspects',
  'DefaultTokenResolver',
  'StringConcat',
  'TerraformDataSource',
  'TerraformResource',
  'TerraformStack',
  'Token',
  'Tokenization',
  'dependable',
];
const TYPES = ['TerraformProvider', 'TerraformResourceLifecycle'];

/** The one file through which the hand-written constructs reach the CDK. */
export function cdkModule(header: string): string {
  return `${header}export { ${VALUES.join(', ')} } from '${CDK}';\nexport type { ${TYPES.join(', ')} } from '${CDK}';\n`;
}
