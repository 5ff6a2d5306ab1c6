"""Cells that use everything a kernel offers; run by two kernels and compared in test_engine."""

from typing import Any

import nbformat
from nbformat import NotebookNode

#: An error in these is part of the notebook and does not stop it.
FAILS = (
    "input(",
    "1 / 0",
    "Bad()",
    "getpass",
    "syntax error",
    "BaseException",
    "async_fails",
)

CELLS = [
    "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three', end='')",
    "1 + 1",
    "_ + 1, Out[2], In[2], __name__, get_ipython().__class__.__name__",
    "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', 'ü']})",
    "class Bundle:\n"
    "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        return {'text/html': '<b>b</b>', 'text/plain': 'b'}, {'text/html': {'k': 1}}\n"
    "Bundle()",
    "from IPython.display import (HTML, Image, JSON, Markdown, clear_output, display,\n"
    "                             update_display)\n"
    "print('before')\ndisplay(HTML('<i>1</i>'), display_id='x')\nprint('after')\n"
    "display(Markdown('*m*'), JSON({'a': [1, None]}), metadata={'m': 1})",
    "update_display(HTML('<i>2</i>'), display_id='x')",
    "print('gone')\nclear_output()\nprint('stays')",
    "print('gone')\nclear_output(wait=True)\ndisplay('stays')",
    "import matplotlib, matplotlib.pyplot as plt\n"
    "plt.plot([1, 2])\nplt.title('T')\nmatplotlib.get_backend()",
    "figure, axes = plt.subplots()\naxes.bar(['a', 'b'], [1, 2])\nplt.show()\nprint('shown')",
    "%config InlineBackend.figure_formats = ['svg']\n"
    "plt.rcParams['svg.hashsalt'] = 's'\nmatplotlib.is_interactive()",
    "axes = pd.Series([1, 2], name='s').plot()",
    "from matplotlib.figure import Figure\nfigure = Figure(); figure.subplots().plot([1])\nfigure",
    "%%capture captured\nprint('hidden')",
    "captured.stdout",
    "%%bash\necho from bash\necho to stderr >&2",
    "!echo from a shell",
    "lines = !echo one; echo two\nlines",
    "%%writefile written.txt\ntext",
    "%cat written.txt",
    "%who_ls str",
    "%%html\n<u>u</u>",
    "%store lines",
    "len?",
    "print('0123456789\\n' * 30_000)",
    "for i in range(500):\n    print(i, end='\\r')",
    "input('name? ')",
    "import getpass\ngetpass.getpass()",
    "def deep(n):\n    return 1 / 0 if n == 0 else deep(n - 1)\nprint('first')\ndeep(2)",
    "class Bad:\n    def __repr__(self):\n        raise ValueError('no repr')\nBad()",
    "this is a syntax error",
    "raise BaseException('base')",
    "import threading\nthread = threading.Thread(target=print, args=('from a thread',))\n"
    "thread.start()\nthread.join()",
    "import asyncio\nawait asyncio.sleep(0)\n"
    "awaited = await asyncio.gather(*[asyncio.sleep(0, 5)])\nawaited",
    "async def async_fails():\n    raise KeyError('k')\nawait async_fails()",
    "task = asyncio.get_running_loop().create_task(asyncio.sleep(0, 'done'))",
    "await task, task.done()",
    "import pickle\nclass Mine:\n    pass\ntype(pickle.loads(pickle.dumps(Mine()))) is Mine",
    "import warnings\nwarnings.warn('careful', stacklevel=1)",
    "import logging\nlogging.getLogger('mine').warning('logged')\nlogging.warning('root')",
    "import os, subprocess, time\nprint('first', flush=True)\n"
    "subprocess.run(['echo', 'from a subprocess'], check=True)\n"
    "os.system('echo reopened > /dev/stdout')\n"
    "os.write(2, b'to the descriptor\\n')\ntime.sleep(0.3)\nprint('last')",
    "import multiprocessing\nmultiprocessing.get_start_method(), os.getcwd() in sys.path or ''",
    "sys.stdout.isatty(), sys.stdout.encoding, sys.stdin.read() if sys.stdin else ''",
    "from tqdm.auto import tqdm\ntqdm.__module__, tqdm.__name__",
    "",
    "# nothing\n",
]


def notebook(*cells: str) -> NotebookNode:
    """A notebook of these cells; those in FAILS may raise."""
    made = []
    for number, source in enumerate(cells):
        tags = ["raises-exception"] if any(word in source for word in FAILS) else []
        metadata: dict[str, Any] = {"tags": tags} if tags else {}
        made.append(
            nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata=metadata)
        )
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec})
