/** The CDK package of the bindings and constructs. Only generated files import it. */
export const CDK = 'cdktf';

/** The values that the constructs use. */
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

/** Returns the file that re-exports the CDK for the constructs. */
export function cdkModule(header: string): string {
  return `${header}export { ${VALUES.join(', ')} } from '${CDK}';\nexport type { ${TYPES.join(', ')} } from '${CDK}';\n`;
}
