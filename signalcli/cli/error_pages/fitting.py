"""Errors of searches of parameters, of clusters, and of the cache of fits."""

from signalcli.cli.error_pages.page import Page

PAGES = (
    Page(
        "SPACE-SYNTAX",
        (78,),
        "The file of --space is not valid TOML, or has a parameter without its model.",
        "Write [MODEL] above the parameters of each model, and PARAM = VALUES below it.",
        "printf '[tree]\\nnum_leaves = [7, 15, 31]\\n' > space.toml && signalcli tune features.csv --space "
        "space.toml",
    ),
    Page(
        "SPACE-VALUE",
        (2,),
        "Values of --space are no list or range, do not fit the parameter, or are given twice; or the "
        "parameter is in --set too.",
        "Write MODEL.PARAM=A,B,C or MODEL.PARAM=LOW..HIGH, with values that `signalcli models` allows; "
        "give each parameter once, with --space or with --set.",
        "signalcli tune features.csv --space tree.num_leaves=7,15,31 --space "
        "tree.learning_rate=0.01..0.3:log",
    ),
    Page(
        "SPACE-MODEL",
        (2,),
        "A model of --model has no --space.",
        "Give a --space for each model, or leave the model out.",
        "signalcli tune features.csv --model tree --space tree.num_leaves=7,15,31",
    ),
    Page(
        "TUNE-GRID",
        (2,),
        "The grid has more than 10,000 points, or more points than --trials.",
        "Write LOW..HIGH/5 for five values of a range, or take fewer values; leave --trials out, or use "
        "--sampler random.",
        "signalcli tune features.csv --sampler grid --space tree.learning_rate=0.01..0.3:log/5",
    ),
    Page(
        "TUNE-FAILED",
        (65,),
        "No trial of a search could be fitted.",
        "The message has the reason of the first failed trial. Choose values that suit the data, or use "
        "more bars or fewer folds.",
        "signalcli tune features.csv --space tree.num_leaves=7,15 --inner-folds 2",
    ),
    Page(
        "PARAMS-SYNTAX",
        (78,),
        "The file of --params is not valid TOML, or holds something else than models and their parameters.",
        "Use the file that tune --best writes: [fit] with a list models, and [fit.set.MODEL] with "
        "parameters.",
        "signalcli tune features.csv --space ar.p=0..6 --best best.toml && signalcli fit features.csv "
        "--params best.toml --save models/ar",
    ),
    Page(
        "CACHE-NONE",
        (66,),
        "There is no cache of fits in this folder, or --cache is off.",
        "Name the folder that fit, run or tune was given; without --cache it is the default one. "
        "These fill it.",
        "signalcli fit features.csv --cache fits > predictions.csv",
    ),
    Page(
        "CACHE-WRITE",
        (74,),
        "The folder of --cache cannot be written, or a cached fit cannot be removed.",
        "Check rights and room, name another folder, or fit without a cache.",
        "signalcli fit features.csv --cache off > predictions.csv",
    ),
    Page(
        "CLUSTER-CONNECT",
        (69,),
        "No scheduler answers at the address of --cluster.",
        "Start it with: dask scheduler. Check host, port and firewall, then give the address that it prints.",
        "signalcli fit features.csv --cluster tcp://node1:8786 > predictions.csv",
    ),
    Page(
        "CLUSTER-EMPTY",
        (69,),
        "The scheduler has no worker, or all workers ended before the fits did.",
        "Start workers with: dask worker ADDRESS --nthreads 1. Then run again.",
        "signalcli fit features.csv --cluster tcp://node1:8786 > predictions.csv",
    ),
    Page(
        "CLUSTER-LOST",
        (69,),
        "The scheduler ended during the fits, or workers ended again and again.",
        "Look at the logs of scheduler and workers. Start what has ended, then run again; or fit on this "
        "machine.",
        "signalcli fit features.csv --jobs 4 > predictions.csv",
    ),
    Page(
        "CLUSTER-KILLED",
        (69,),
        "The same fit ended two workers, most likely because they ran out of memory.",
        "Give the workers more memory, start fewer of them on each machine, or fit on shorter training sets.",
        "signalcli fit features.csv --cluster tcp://node1:8786 --max-train 1000 > predictions.csv",
    ),
    Page(
        "CLUSTER-FILE",
        (78,),
        "The file of --cluster is not a scheduler file of Dask.",
        "Start the scheduler with: dask scheduler --scheduler-file dask.json. Then name this file, or "
        "the address of the scheduler.",
        "signalcli fit features.csv --cluster dask.json > predictions.csv",
    ),
    Page(
        "CLUSTER-VERSIONS",
        (78,),
        "A worker cannot run signalcli, or has other versions of software than this machine.",
        "Install signalcli[cluster], and the versions that the message names, on every machine; then "
        "start the workers again.",
        "pip install 'signalcli[cluster]'",
    ),
    Page(
        "CLUSTER-OWN",
        (2,),
        "A model is code of your own, which is not sent to workers.",
        "Fit it on this machine, in several processes.",
        "signalcli fit features.csv --model mymodels:Model --jobs 4 > predictions.csv",
    ),
)
