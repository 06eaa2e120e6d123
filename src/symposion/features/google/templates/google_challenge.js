(() => {
  const at = (id) => document.getElementById(id);
  at("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    at("send").disabled = true;
    at("said").textContent = "";
    const { ticket, challenge, home } = at("form").dataset;
    try {
      const answer = await fetch(challenge, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ticket, code: at("code").value }),
      });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail);
      localStorage.setItem("auth_token", told.access_token);
      location.replace(home);
    } catch (error) {
      at("said").textContent = error.message;
      at("send").disabled = false;
    }
  });
})();
