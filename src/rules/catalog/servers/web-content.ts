import type { Rule } from '../../engine/rule.ts';
import { APACHE, apacheContent } from './apache.ts';
import { NGINX, nginxContent } from './nginx.ts';

/** A parent image's own pages: what the change layer adds is kept in any case. */
export const webContent: Rule = {
  name: 'web-content',
  summary: 'serves the directories that the web server is configured for',
  default: 4_000_000,
  trigger: { path: new RegExp(`${APACHE.source}|${NGINX.source}`) },
  eachFile: true,
  apply: (view, file) => ({
    trees: (NGINX.test(file.entry.path) ? nginxContent : apacheContent)(view, file).filter((path) => path !== '/'),
  }),
};
