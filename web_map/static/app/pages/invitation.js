// The page behind an invitation: the secret comes behind #, and leaves the address bar at once.
const secret = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const form = document.getElementById("choose");
const password = document.getElementById("password");
const again = document.getElementById("again");
const button = form.querySelector("button");

const say = (zh, en) => {
  document.getElementById("told").textContent = `${zh}\n${en}`;
};

const end = () => {
  form.hidden = true;
  password.value = again.value = "";
};

async function choose() {
  let answer;
  try {
    answer = await fetch("/api/invitations/accept", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "same-origin",
      body: JSON.stringify({ token: secret, password: password.value }),
    });
  } catch {
    say("连不上服务器，请稍后再试。", "The server cannot be reached; try again later.");
    return;
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) {
    end();
    say(`密码已设置。您的登录名：${body.login}`, `Done. Your login: ${body.login}`);
    document.getElementById("onward").hidden = false;
    return;
  }
  const parts = [body.detail, body.fix].filter(Boolean);
  say(parts.map((part) => part.zh).join(""), parts.map((part) => part.en).join(" "));
  if (answer.status === 404) end();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (password.value !== again.value) {
    say("两次输入不一样。", "The two entries differ.");
    again.focus();
    return;
  }
  button.disabled = true;
  await choose();
  button.disabled = false;
});

if (!secret) {
  end();
  say("请打开完整的邀请链接。", "Open the whole link of the invitation.");
}
