import { openApi } from './api.mjs';
import { CiError, required } from './errors.mjs';
import { LONGEST_REVIEW, LONGEST_STACK, RESULT, readPlainFile } from './files.mjs';

/** The file of the job of that name, which the runner unpacks. */
const STACK = 'stack/cdk.tf.json';
/** The job whose reviews count. The pipeline's definition is in another project, so its jobs cannot be changed here. */
const REVIEW_JOB = 'review';

const HINTS = {
  401: 'Set GITLAB_TOKEN, with the environment of the job as its scope.',
  403: 'Give the token the scope and role that docs/guides/ci.md lists.',
  404: 'Give the token the scope and role that docs/guides/ci.md lists.',
};

/** The GitLab of a pipeline. @param {NodeJS.ProcessEnv} env @returns {import('./platform.d.ts').Platform} */
export function gitlab(env) {
  const api = openApi({
    url: required(env, 'CI_API_V4_URL'),
    headers: { 'private-token': required(env, 'GITLAB_TOKEN') },
    hints: HINTS,
  });
  const project = `/projects/${encodeURIComponent(required(env, 'CI_PROJECT_ID'))}`;
  const request = () => `${project}/merge_requests/${required(env, 'CI_MERGE_REQUEST_IID')}`;

  /** Returns the posts of a list, with whether the token's account wrote them. @param {any[]} list @param {string} id @param {string} body */
  async function posts(list, id, body) {
    const me = (await api.get('/user')).id;
    return list.map((each) => ({ id: each[id], body: each[body] ?? '', own: each.author?.id === me }));
  }

  /** Returns the ids of the review jobs of a commit that ended before a time. @param {any} merge */
  async function reviewJobs({ iid, sha, merged_at }) {
    const pipelines = await api.list(`${project}/merge_requests/${iid}/pipelines`);
    const own = pipelines.filter((each) => each.sha === sha && each.source === 'merge_request_event');
    const jobs = [];
    for (const { id } of own) jobs.push(...(await api.list(`${project}/pipelines/${id}/jobs?include_retried=true`)));
    return jobs.filter(
      ({ name, finished_at }) => name === REVIEW_JOB && finished_at && Date.parse(finished_at) <= Date.parse(merged_at),
    );
  }

  return {
    async pullRequest() {
      const merge = await api.get(request());
      // The commit of a merged results pipeline is another one.
      const sha = env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || required(env, 'CI_COMMIT_SHA');
      // A pipeline of an older commit must not replace the comment of a newer one.
      if (merge.state !== 'opened' || merge.sha !== sha) return undefined;
      const events = await api.list(`${request()}/resource_label_events`);
      const labels = merge.labels.map((/** @type {string} */ name) => {
        const set = events.findLast((each) => each.action === 'add' && each.label?.name === name);
        return { name, counts: set !== undefined && set.user?.id !== merge.author.id };
      });
      return { number: merge.iid, sha, labels };
    },

    stack: async () => readPlainFile(STACK, LONGEST_STACK),

    comments: async () => posts(await api.list(`${request()}/notes`), 'id', 'body'),
    createComment: (_, body) => api.send('POST', `${request()}/notes`, { body }),
    updateComment: (_, id, body) => api.send('PUT', `${request()}/notes/${id}`, { body }),

    openIssues: async () => posts(await api.list(`${project}/issues?state=opened`), 'iid', 'description'),
    createIssue: (title, description) =>
      api.send('POST', `${project}/issues`, { title, description, confidential: true }),
    updateIssue: (id, description) => api.send('PUT', `${project}/issues/${id}`, { description }),
    closeIssue: (id, description) => api.send('PUT', `${project}/issues/${id}`, { description, state_event: 'close' }),

    async approved() {
      const sha = required(env, 'CI_COMMIT_SHA');
      const merge = (await api.list(`${project}/repository/commits/${sha}/merge_requests`)).find(
        (each) =>
          each.state === 'merged' &&
          each.target_branch === env.CI_DEFAULT_BRANCH &&
          [each.merge_commit_sha, each.squash_commit_sha, each.sha].includes(sha),
      );
      if (!merge) return { reason: 'the commit is not that of a merge request' };
      const jobs = await reviewJobs(merge);
      const reviews = [];
      for (const { id } of jobs) {
        const file = await api.download(`${project}/jobs/${id}/artifacts/${RESULT}`, LONGEST_REVIEW).catch(absent);
        if (file) reviews.push(file.toString());
      }
      if (reviews.length === 0) return { reason: `merge request ${merge.iid} has no review of its last commit` };
      const first = Math.min(...jobs.map(({ finished_at }) => Date.parse(finished_at)));
      const { approved_by } = await api.get(`${project}/merge_requests/${merge.iid}/approvals`);
      // An approval without a time, of an older GitLab, may be one of an earlier review.
      const approved = approved_by.some(
        (/** @type {any} */ { user, approved_at }) =>
          user.id !== merge.author.id && approved_at && Date.parse(approved_at) > first,
      );
      if (approved) return { reviews };
      return { reason: `nobody but the author has approved the review of merge request ${merge.iid}` };
    },

    runUrl: `${env.CI_JOB_URL}`,
  };
}

/** @param {unknown} error */
function absent(error) {
  if (error instanceof CiError && error.status === 404) return undefined;
  throw error;
}
