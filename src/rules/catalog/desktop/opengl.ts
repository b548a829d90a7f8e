import { baseName } from '../../../model/image-path.ts';
import type { Rule } from '../../engine/rule.ts';
import { driverLibraries } from '../../toolkit/driver-manifests.ts';
import { directoriesNear } from '../../toolkit/places.ts';

const VENDORS = ['/etc/glvnd/egl_vendor.d', '/usr/share/glvnd/egl_vendor.d', '/usr/local/share/glvnd/egl_vendor.d'];

/** libglvnd finds EGL vendors by JSON files and GLX vendors by name; mesa finds its drivers in `dri` and `gbm`. */
export const opengl: Rule = {
  name: 'opengl',
  summary: 'draws by OpenGL: vendor libraries and drivers',
  default: 'off',
  trigger: { soname: /^lib(GL|GLX|EGL|OpenGL|GLESv[12]|gbm)\.so/ },
  packages: /^(libgl1-mesa-dri|libglx-mesa0|libegl-mesa0|mesa-.*|libllvm[\d.]+|libdrm-.*)$/,
  apply: (view, file) => ({
    trees: [
      ...VENDORS,
      '/usr/share/drirc.d',
      ...directoriesNear(view, file, 'dri'),
      ...directoriesNear(view, file, 'gbm'),
    ],
    libraries: [
      ...driverLibraries(view, VENDORS),
      ...new Set(glxVendors(view.libraryDirectories(file).flatMap(view.names))),
    ],
  }),
};

function glxVendors(names: readonly string[]): string[] {
  return names.filter((name) => /^libGLX_\w+\.so\.0$/.test(baseName(name)));
}
