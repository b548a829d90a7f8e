import type { Rule } from '../../engine/rule.ts';
import { directoriesNear, namedPaths } from '../../toolkit/places.ts';

export const gstreamer: Rule = {
  name: 'gstreamer',
  summary: 'loads GStreamer plugins, and the scanner that lists them',
  default: 4_000_000,
  trigger: { soname: /^libgstreamer-1\.0\.so/ },
  apply: (view, file) => ({
    paths: [
      ...namedPaths(view, file).filter((path) => path.endsWith('/gst-plugin-scanner')),
      '/usr/libexec/gstreamer-1.0/gst-plugin-scanner',
      ...directoriesNear(view, file, 'gstreamer1.0/gstreamer-1.0').map((at) => `${at}/gst-plugin-scanner`),
    ],
    trees: directoriesNear(view, file, 'gstreamer-1.0'),
  }),
};
