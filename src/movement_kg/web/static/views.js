// What makes the forms of pictures nicer: addresses without empty fields. Every page works without it.
for (const form of document.querySelectorAll("form[data-lean]")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) {
      if (value === "") {
        const others = event.formData.getAll(name).filter((each) => each !== "");
        event.formData.delete(name);
        for (const other of others) event.formData.append(name, other);
      }
    }
  });
}
