import { afterEach, expect, test } from '@jest/globals';
import { grant, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench.close());

const ann = user('ann');

test.each(['folder', 'account'])(
  'makePlan: is refused when the service issues a token that equals the name of a %s, so that the grant would be hidden',
  async (what) => {
    bench = await openWorkbench({ data: { containers: ['production-payments'] } });
    const planned = () => bench.plan([ann, grant('g', 'production-payments', ann, 'Owner')]);
    await planned();
    bench.settings.hide(what === 'folder' ? 'production-payments' : 'ann@example.com');
    await expect(planned()).rejects.toMatchObject({
      code: 'malformed_response',
      message: 'a name in this plan equals a secret of this run, and is therefore never shown',
    });
  },
);
