(() => {
  const told = document.getElementById("told").dataset;
  localStorage.setItem("auth_token", told.token);
  location.replace(told.home);
})();
