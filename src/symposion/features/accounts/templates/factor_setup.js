(() => {
  const at = (id) => document.getElementById(id);
  at("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    at("send").disabled = true;
    at("said").textContent = "";
    try {
      const answer = await fetch("setup", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          ticket: at("setup").dataset.ticket,
          current_password: at("password").value,
          code: at("code").value,
        }),
      });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail);
      for (const code of told.recovery_codes) {
        const item = document.createElement("li");
        item.textContent = code;
        at("codes").append(item);
      }
      at("setup").remove();
      at("done").hidden = false;
      scrollTo(0, 0);
    } catch (error) {
      at("said").textContent = error.message;
      at("send").disabled = false;
    }
  });
})();
