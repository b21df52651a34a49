// Tells that the login has expired, once, instead of failing without a word.
(() => {
  const ask = window.fetch;
  window.fetch = async (...sent) => {
    const answer = await ask(...sent);
    const path = new URL(answer.url || "/", location.href).pathname;
    if (answer.status === 401 && path.startsWith("/lab/") && !document.getElementById("lab-expired")) {
      const bar = document.createElement("div");
      bar.id = "lab-expired";
      bar.setAttribute("role", "alert");
      bar.innerHTML = 'Your login has ended. <a href="/lab/login" target="_blank" rel="noopener">Log in again</a> in a new tab; what you typed here is still here.';
      document.body.append(bar);
    }
    if (answer.ok && path.startsWith("/lab/")) document.getElementById("lab-expired")?.remove();
    return answer;
  };
})();
