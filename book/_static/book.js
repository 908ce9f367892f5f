// The language switch leads to the same section, and the choice is remembered for the root page.
(() => {
  const links = document.querySelectorAll(".language-switch a");

  const sectionInView = () => {
    const sections = [...document.querySelectorAll("article section[id]")];
    return sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3).pop();
  };

  for (const link of links) {
    link.addEventListener("click", () => {
      const section = sectionInView();
      link.hash = section && scrollY > 0 ? section.id : "";
      try {
        localStorage.setItem("edition", link.dataset.edition);
      } catch {
        // a browser without storage simply does not remember
      }
    });
  }
})();
