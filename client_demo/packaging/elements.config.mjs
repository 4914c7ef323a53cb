/** What the custom elements manifest of the npm package describes. */

const FOR_PAGES = ["connection", "enter", "leave", "news", "place", "server", "token"];

/** Leaves out what the elements have for themselves. */
const forPages = {
  name: "for-pages",
  packageLinkPhase({ customElementsManifest: manifest }) {
    manifest.modules = manifest.modules.filter(({ path }) => path !== "elementbase.js");
    for (const module of manifest.modules) {
      module.declarations = module.declarations.filter(({ customElement }) => customElement);
      for (const declaration of module.declarations) {
        declaration.superclass = { name: "HTMLElement" };
        declaration.members = declaration.members?.filter(({ name }) => FOR_PAGES.includes(name));
        declaration.events = declaration.events?.filter(({ name }) => name);
        declaration.attributes = declaration.attributes?.filter(({ name }) => name);
      }
    }
  },
};

export default {
  globs: ["elementbase.js", "hostbar.js", "waitingroom.js"],
  plugins: [forPages],
  quiet: true,
};
